"""What the shipped roles may do with files; which files, the records say that they belong to."""

from artel.kernel.permissions import declare

SEEING = ("files.view_file", "files.view_fileversion", "files.view_filelink")

for role in ("sales_manager", "head", "marketer"):
    declare(role, *SEEING, "files.add_file", "files.change_file", "files.delete_file")
