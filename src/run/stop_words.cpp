#include "stop_words.h"

#include <csignal>

namespace usage {

std::string signal_name(int signal) {
  if (signal == SIGINT) return "SIGINT";
  if (signal == SIGTERM) return "SIGTERM";
  if (signal == SIGHUP) return "SIGHUP";
  return "signal " + std::to_string(signal);
}

std::string who_sent(int signal) {
  if (signal == SIGINT) return "Ctrl-C (SIGINT)";
  if (signal == SIGHUP) return "the end of its terminal (SIGHUP)";
  return "another program (" + signal_name(signal) + ")";
}

std::string stop_name(StopCause cause) {
  switch (cause) {
    case StopCause::kCredentials:
      return "credentials";
    case StopCause::kProxyCredentials:
      return "proxy-credentials";
    case StopCause::kCertificate:
      return "certificate";
    case StopCause::kLocalConfiguration:
      return "local-configuration";
    case StopCause::kNone:
      break;
  }
  return "stopped";
}

}  // namespace usage
