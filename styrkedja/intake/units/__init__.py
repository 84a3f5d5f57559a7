"""Lists of units: the national register's answers, the list of preschools, and our own template.

They lead to the chain (`organisation`), not to observations. They are read here, because files are read nowhere else.
"""
