#pragma once

#include <string>

#include "usage/base/file.h"

namespace usage {

// While it lives, SIGINT, SIGTERM and SIGHUP are noted instead of ending the program; a second one ends it at once (the
// ledger loses nothing by that). One that comes with the first is no second one: a terminal that is closed hangs up by
// way of the shell and by itself, and timeout(1) signals the program and its group. A signal that was ignored at the
// start stays ignored, as nohup wants it. One in the life of the program: a signal that comes later changes nothing.
class SignalWatch {
 public:
  // `last_words` is what a second signal tells the person.
  explicit SignalWatch(const std::string& last_words);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  int wake_fd() const { return read_end_.get(); }    // becomes readable when a signal comes
  int pending();                                     // the signal that came, or 0; makes wake_fd quiet again
  void tell_instead(const std::string& last_words);  // from now on

 private:
  FileDescriptor read_end_;
  FileDescriptor write_end_;
};

// Where nobody notes them, they end the program: SIGHUP as SIGTERM does, with status 143 and not 129; and all of them
// also where it is the first process of a container, for which the system does nothing by itself.
void end_by_signals();

}  // namespace usage
