# What hardening-check asks for, and the same bytes wherever the sources lie. Not where sanitizers watch: they and the
# checks of _FORTIFY_SOURCE get in each other's way.
if(USAGE_TEST_BUILD AND USAGE_SANITIZE)
  return()
endif()

include(CheckCXXCompilerFlag)
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)  # PIE for programs

foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection)
  string(MAKE_C_IDENTIFIER "USAGE_HAS${flag}" known)
  check_cxx_compiler_flag(${flag} ${known})
  if(${known})
    target_compile_options(usage_flags INTERFACE ${flag})
  endif()
endforeach()
# It needs an optimizer; level 3 falls back to 2 where the C library does not know it.
target_compile_options(usage_flags INTERFACE $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3>)
target_link_options(usage_flags INTERFACE LINKER:-z,relro LINKER:-z,now)
target_compile_options(usage_flags INTERFACE -ffile-prefix-map=${PROJECT_BINARY_DIR}=build
                                             -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
