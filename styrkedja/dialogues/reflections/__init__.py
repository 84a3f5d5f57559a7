"""A reflection asked for: written in turn by those who answer, talked over, handed in as one."""
