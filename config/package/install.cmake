# What `cmake --install` puts where. Components: "programs" is for every installation, "local" for one by hand,
# "debian" for the package alone, whose places are fixed.
if(NOT TARGET usage-docs)
  return()
endif()

# The manual pages bear the commit's day, the package's files its second: the same bytes from the same commit.
set(USAGE_EPOCH "$ENV{SOURCE_DATE_EPOCH}")
find_package(Git QUIET)
if(USAGE_EPOCH STREQUAL "" AND Git_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} log -1 --format=%ct WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                  OUTPUT_VARIABLE USAGE_EPOCH OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --path-format=absolute --git-path logs/HEAD
                  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE git_log OUTPUT_STRIP_TRAILING_WHITESPACE
                  ERROR_QUIET)
  if(EXISTS "${git_log}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${git_log}")
  endif()
endif()
if(USAGE_EPOCH STREQUAL "")  # sources without git
  file(TIMESTAMP ${PROJECT_SOURCE_DIR}/CMakeLists.txt USAGE_EPOCH "%s" UTC)
endif()
set(ENV{SOURCE_DATE_EPOCH} ${USAGE_EPOCH})
string(TIMESTAMP commit_day "%Y-%m-%d" UTC)

set(docs ${PROJECT_BINARY_DIR}/docs)
set(doc_files ${docs}/usage-uploader.1 ${docs}/usage-sandbox.1 ${docs}/usage-uploader.bash ${docs}/_usage-uploader
              ${docs}/usage-uploader.fish)
add_custom_command(OUTPUT ${doc_files} COMMAND usage-docs ${docs} ${commit_day} DEPENDS usage-docs VERBATIM
                   COMMENT "Writing manual pages and completions")
add_custom_target(documentation ALL DEPENDS ${doc_files})

set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME programs)
set(shared ${CMAKE_INSTALL_DATADIR}/usage-uploader)
set(config ${PROJECT_SOURCE_DIR}/config)
install(TARGETS usage-uploader usage-sandbox)
install(FILES ${docs}/usage-uploader.1 ${docs}/usage-sandbox.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${docs}/usage-uploader.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME usage-uploader)
install(FILES ${docs}/usage-uploader.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES ${docs}/_usage-uploader DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT local)
install(FILES ${docs}/_usage-uploader DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT debian
        EXCLUDE_FROM_ALL)
install(FILES ${config}/usage-uploader.toml ${config}/usage-uploader.schema.json DESTINATION ${shared})
install(DIRECTORY ${config}/profiles ${config}/kubernetes DESTINATION ${shared})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/sample_data DESTINATION ${shared} USE_SOURCE_PERMISSIONS)
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(PROGRAMS ${config}/package/monthly ${config}/package/tell-failure ${config}/package/as-service
        DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/usage-uploader)
# The units name /usr/libexec.
install(DIRECTORY ${config}/systemd DESTINATION ${shared} COMPONENT local)
install(DIRECTORY ${config}/systemd/ DESTINATION lib/systemd/system COMPONENT debian EXCLUDE_FROM_ALL)
