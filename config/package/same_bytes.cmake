# Read by cpack at its beginning: what its archives take as their time.
set(ENV{SOURCE_DATE_EPOCH} ${CPACK_USAGE_EPOCH})
