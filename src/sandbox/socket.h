// One accepted connection, plain or TLS, that can be stopped at any moment and ended in any way.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "fault.h"
#include "usage/base/file.h"

struct ssl_st;
struct ssl_ctx_st;

namespace usage::sandbox {

struct TlsFiles {
  std::filesystem::path certificate;  // PEM, the server's own first
  std::filesystem::path key;
};

// The server's side of TLS, for all its connections. UsageError where the files do not fit.
class TlsContext {
 public:
  explicit TlsContext(const TlsFiles& files);
  ssl_ctx_st* get() const { return context_.get(); }

 private:
  std::unique_ptr<ssl_ctx_st, void (*)(ssl_ctx_st*)> context_;
};

class Socket {
 public:
  // `fd` is a connected, non-blocking socket; `stop_fd` becomes readable when the server is to end, and stays so.
  Socket(FileDescriptor fd, int stop_fd, const TlsContext* tls);
  ~Socket();

  bool handshake();  // at once true without TLS

  // Bytes read, 0 at the client's end of the connection, -1 when it is lost or the server stops.
  ssize_t read(char* bytes, std::size_t size);
  bool write(std::string_view bytes);  // all of them; false when the connection is lost

  // Returns early, at once, when the server stops: what is due then goes out without delay.
  void pause(std::chrono::milliseconds time);
  void wait_until_client_leaves(std::optional<std::chrono::milliseconds> at_most);
  bool stopping() const;

  // kFin: what the client still sends is read away for a moment, since closing over it would send RST.
  void end(ConnectionEnd how);

 private:
  enum class Progress : std::uint8_t { kDone, kAgain, kFailed };
  Progress after_tls(int result);  // of an OpenSSL call: kAgain after waiting until it can be repeated
  bool wait_for(short events);
  void drain();

  FileDescriptor fd_;
  int stop_fd_;
  std::unique_ptr<ssl_st, void (*)(ssl_st*)> ssl_;
};

}  // namespace usage::sandbox
