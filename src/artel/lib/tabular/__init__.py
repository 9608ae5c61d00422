"""Tables in files, csv and xlsx, as rows of text: reading what the world sends, writing what a spreadsheet opens safely."""
