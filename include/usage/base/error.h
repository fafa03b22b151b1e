// What ends the program, and the exit status it ends with. Expected things (a bad row, a refusal, an outcome) are
// values, never errors; an Error is thrown where the run or the command cannot go on, and caught in main alone.
#pragma once

#include <cassert>
#include <stdexcept>
#include <string>

namespace usage {

// The contract with scripts; README lists it. Where several hold, worst_of decides.
enum class ExitStatus : int {
  kOk = 0,
  kSomeNotBilled = 1,
  kUsage = 2,
  kRefused = 3,
  kLedger = 4,
  kCredentials = 5,
  kUnknown = 6,
  kStopped = 7,
  kInterrupted = 130,
  kTerminated = 143,
};

// The one that is reported where both hold: the first in the order 4, 6, 5, 130/143, 7, 1, 0.
ExitStatus worst_of(ExitStatus a, ExitStatus b);

// One line for people: what() says what, where and why; remedy() says what to do, with a command to copy where there is
// one, and is never empty. name() is stable, for JSON ("ledger-missing").
class Error : public std::runtime_error {
 public:
  Error(ExitStatus status, std::string name, const std::string& message, std::string remedy)
      : std::runtime_error(message), status_(status), name_(std::move(name)), remedy_(std::move(remedy)) {
    assert(!remedy_.empty());
  }
  ExitStatus status() const { return status_; }
  const std::string& name() const { return name_; }
  const std::string& remedy() const { return remedy_; }

 private:
  ExitStatus status_;
  std::string name_;
  std::string remedy_;
};

class UsageError : public Error {  // wrong arguments, configuration, credentials file, output folder
 public:
  UsageError(std::string name, const std::string& message, std::string remedy)
      : Error(ExitStatus::kUsage, std::move(name), message, std::move(remedy)) {}
};

class RefusedError : public Error {  // the input or the plan is refused; nothing was sent
 public:
  RefusedError(std::string name, const std::string& message, std::string remedy)
      : Error(ExitStatus::kRefused, std::move(name), message, std::move(remedy)) {}
};

class LedgerError : public Error {  // missing, in use, damaged, cannot be written, or totals do not close
 public:
  LedgerError(std::string name, const std::string& message, std::string remedy)
      : Error(ExitStatus::kLedger, std::move(name), message, std::move(remedy)) {}
};

}  // namespace usage
