"""How membership ends: leaving, inactive accounts, what is kept and for how long."""
