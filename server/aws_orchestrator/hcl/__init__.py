"""HCL as bytes: parse, find, refer, format, splice; and python-hcl2 where a module is wanted as data."""
