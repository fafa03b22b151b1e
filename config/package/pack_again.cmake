# Run by cpack after its package is made: dpkg's own tool packs the same files again, in an order, with modes and by a
# compression that do not depend on the umask, the machine or cpack's version.
foreach(package IN LISTS CPACK_PACKAGE_FILES)
  set(unpacked ${CPACK_TEMPORARY_DIRECTORY}/again)
  file(REMOVE_RECURSE ${unpacked})
  execute_process(COMMAND dpkg-deb --raw-extract ${package} ${unpacked} COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND chmod 0755 ${unpacked} ${unpacked}/DEBIAN COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND chmod 0644 ${unpacked}/DEBIAN/control ${unpacked}/DEBIAN/md5sums COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND dpkg-deb --root-owner-group --threads-max=1 -Zxz --build ${unpacked} ${package}
                  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
endforeach()
