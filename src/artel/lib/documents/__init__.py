"""Files that people bring: what a file is by its bytes, how it may be called, its text and its pictures. Plain Python, no house."""
