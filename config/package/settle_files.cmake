# Run by cpack over the files to be packed: modes and times that depend on nothing but the commit, pages compressed
# as Debian wants them.
set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY})
function(settle)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()
file(GLOB pages ${root}/usr/share/man/man1/*.1)
settle(gzip --best --no-name --force ${pages})
settle(find ${root} -type d -exec chmod 0755 {} +)
settle(find ${root} -type f -perm /u+x -exec chmod 0755 {} +)
settle(find ${root} -type f ! -perm /u+x -exec chmod 0644 {} +)
settle(find ${root} -depth -exec touch --no-dereference --date=@${CPACK_USAGE_EPOCH} {} +)
