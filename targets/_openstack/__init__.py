"""What deployment tools of OpenStack share: the options of the services' own files, and how values are written there."""
