"""What the pages of floor 2 show, as files: tagged PDF and Excel. `roles.printing` makes the PDF."""
