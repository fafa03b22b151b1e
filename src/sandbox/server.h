// The sandbox as a whole: listens on 127.0.0.1 and serves each connection in a thread of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "endpoint.h"
#include "socket.h"
#include "usage/base/clock.h"
#include "usage/base/file.h"

namespace usage::sandbox {

struct ServerOptions {
  std::uint16_t port = 0;  // 0: any that is free
  std::optional<TlsFiles> tls;
  std::optional<std::filesystem::path> journal;
  EndpointOptions endpoint;
};

class Server {
 public:
  // Listens from here on. UsageError where the port, the journal or the TLS files cannot be used.
  explicit Server(ServerOptions options);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();  // stop()

  std::uint16_t port() const { return port_; }
  std::string url() const;  // "http://127.0.0.1:8080"

  // Takes no more requests; answers that are due go out without further delay. Returns when all is closed.
  void stop();

  // Readable from when it takes no more requests: after stop(), or because a request could not be worked on, such as
  // with a journal that cannot be written. That request got no reply and billed nothing.
  int ended_fd() const { return stop_.get(); }
  void throw_failure();  // what the first such request failed with; returns where there was none

 private:
  struct Connection {
    std::thread thread;
    std::atomic<bool> done = false;
  };
  void accept_all();
  void start_connection(FileDescriptor fd);
  void serve(Connection& connection, FileDescriptor fd, std::uint64_t number);
  void fail(std::exception_ptr failure);

  SystemClock clock_;
  std::optional<TlsContext> tls_;
  Endpoint endpoint_;
  FileDescriptor listening_;
  FileDescriptor stop_;  // an eventfd that becomes readable once, for everybody
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
  std::uint16_t port_ = 0;
  std::uint64_t connections_ = 0;
  std::list<Connection> open_;  // of the accepting thread alone, and of stop() after it
  std::thread accepting_;
};

}  // namespace usage::sandbox
