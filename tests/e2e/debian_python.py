"""Lets another Python than Debian's find the modules that Debian's packages bring."""
import sys

if "/usr/lib/python3/dist-packages" not in sys.path:
    sys.path.append("/usr/lib/python3/dist-packages")
