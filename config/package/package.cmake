# `cmake --build BUILD && cpack --config BUILD/CPackConfig.cmake -B FOLDER` makes the Debian package.
if(NOT TARGET usage-docs)
  return()
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME usage-uploader)
set(CPACK_PACKAGE_VENDOR "usage-uploader")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "bills Twilio Marketplace customers from a CSV")
set(CPACK_PACKAGE_DESCRIPTION
    "Reads the CSV that an accounting system exports, posts each customer's usage charges to the Twilio\n\
Marketplace, each at most once, and writes a reconciliation of what was billed and what was not.\n\
usage-sandbox is a local stand-in for the endpoint, for rehearsals.")
set(CPACK_PACKAGE_CONTACT "usage-uploader maintainers <root@localhost>")
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# passwd: the package makes the service's user. ca-certificates: the endpoint's certificate is checked against them.
# libcurl4's symbols alone would let an older one in, which the program refuses.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "passwd, ca-certificates, libcurl4 (>= 7.85.0)")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${config}/debian/postinst ${config}/debian/prerm ${config}/debian/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
                                                WORLD_READ WORLD_EXECUTE)
set(CPACK_INSTALL_CMAKE_PROJECTS "${PROJECT_BINARY_DIR};${PROJECT_NAME};programs;/"
                                 "${PROJECT_BINARY_DIR};${PROJECT_NAME};debian;/")
set(CPACK_USAGE_EPOCH ${USAGE_EPOCH})
set(CPACK_PROJECT_CONFIG_FILE ${config}/package/same_bytes.cmake)
set(CPACK_PRE_BUILD_SCRIPTS ${config}/package/settle_files.cmake)
set(CPACK_POST_BUILD_SCRIPTS ${config}/package/pack_again.cmake)
include(CPack)
