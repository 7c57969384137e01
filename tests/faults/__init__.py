"""The running site during outages of its services and processes: `make faults`, and briefly tests/running/test_faults.py."""
