"""What Ansible loads of oib: plug-ins. Nothing here is imported by a compile."""
