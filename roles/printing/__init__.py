"""Files that people print, send and put on an agenda: plain values in, bytes out. No database, no clock."""
