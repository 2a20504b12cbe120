"""OpenStack on hosts through Kolla-Ansible."""
