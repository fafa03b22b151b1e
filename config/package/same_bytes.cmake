# Read by cpack at its beginning: what its archives take as their time. Without these programs, cpack would make a package
# that names no libraries.
foreach(program file dpkg-shlibdeps)
  find_program(${program}_path ${program})
  if(NOT ${program}_path)
    message(FATAL_ERROR "${program} is missing: apt install file dpkg-dev")
  endif()
endforeach()
set(ENV{SOURCE_DATE_EPOCH} ${CPACK_USAGE_EPOCH})
