"""People with accounts, departments, roles by posting and invitation, sign-in and second factor, restrictions."""
