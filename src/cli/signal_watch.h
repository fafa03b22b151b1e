#pragma once

#include <string>

#include "usage/base/file.h"

namespace usage {

// While it lives, SIGINT, SIGTERM and SIGHUP are noted instead of ending the program; a second one ends it at once (the
// ledger loses nothing by that). A signal that was ignored at the start stays ignored, as nohup wants it. One at a
// time.
class SignalWatch {
 public:
  // `resume_command` is what a second signal tells the person.
  explicit SignalWatch(const std::string& resume_command);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  int wake_fd() const { return read_end_.get(); }  // becomes readable when a signal comes
  int pending();                                   // the signal that came, or 0; makes wake_fd quiet again

 private:
  FileDescriptor read_end_;
  FileDescriptor write_end_;
};

}  // namespace usage
