// Asked by the address sanitizer at the start, where it is in use: a million short lives need no long memory of freed
// blocks, nor of who asked for each. A seed that fails can be run again with ASAN_OPTIONS of one's own.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
  return "quarantine_size_mb=1:thread_local_quarantine_size_kb=64:malloc_context_size=2";
}
