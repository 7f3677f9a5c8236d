"""Terraform: warm and in process (`bundled`), or the user's own binary (`cli`), behind one interface."""
