"""Text out of files and pages that strangers made. Pure, and run in a process of its own (`assistants.reader`)."""
