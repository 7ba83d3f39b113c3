"""What is asked (`definition`), how values compare (`values`), whether they suffice (`verdict`). Pure."""
