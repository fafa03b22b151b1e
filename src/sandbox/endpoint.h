// The stand-in for the endpoint itself: decides, bills, journals and answers. Knows nothing of sockets.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "contract.h"
#include "fault.h"
#include "journal.h"
#include "reply.h"
#include "scenario.h"
#include "usage/base/clock.h"

namespace usage::sandbox {

class Endpoint;

// A place among the requests that are being worked on at once; given up by leave(), or with its end.
class Seat {
 public:
  Seat() = default;
  explicit Seat(Endpoint& endpoint) : endpoint_(&endpoint) {}
  Seat(Seat&& other) noexcept : endpoint_(std::exchange(other.endpoint_, nullptr)) {}
  Seat& operator=(Seat&& other) noexcept;
  ~Seat() { leave(); }
  void leave();

 private:
  Endpoint* endpoint_ = nullptr;
};

struct ConnectionPlace {
  std::uint64_t connection = 0;
  std::uint64_t request = 0;  // the nth on it, from 1
};

// A request whose head has arrived, and what will become of it.
struct Call {
  ConnectionPlace place;
  std::string target;
  std::string installation;
  Fault fault;
  std::optional<std::string> violation;
  std::uint64_t concurrent = 0;  // requests at once, this one included
  Seat seat;
};

struct Answer {
  Reply reply;
  Fault fault;
  std::chrono::milliseconds latency{0};
  Seat seat;  // to be given up just before the reply's first byte leaves
};

struct EndpointOptions {
  Scenario scenario;
  std::uint64_t seed = 1;
  std::optional<BasicCredentials> credentials;  // none: any AC... or SK... user
};

// Several connections may use it at once.
class Endpoint {
 public:
  Endpoint(EndpointOptions options, Journal journal, const Clock& clock);

  // Takes the installation's next turn, except for what breaks the contract, has wrong credentials or is one too many.
  Call begin(const RequestHead& head, ConnectionPlace place);
  // Bills, writes the journal, answers. Each call is ended by one of these.
  Answer finish(Call call, std::string_view body);
  void finish_unread(const Call& call);            // the connection is closed on purpose before the body
  void finish_incomplete(const Call& call);        // the client went before its request was whole
  void finish_next_unread(ConnectionPlace place);  // a request came of which nothing was read
  Answer refuse_malformed(ConnectionPlace place, int status);

  void leave();  // Seat's

 private:
  Fault fault_for(const RequestHead& head, Call& call);
  std::string record(const Call& call, const std::vector<UsageItem>& billed);

  EndpointOptions options_;
  Journal journal_;
  const Clock& clock_;
  std::mutex mutex_;                                  // of all below, and of the journal
  std::map<std::string, std::uint64_t> requests_of_;  // by sid_key: turns taken
  std::uint64_t requests_ = 0;
  std::uint64_t at_once_ = 0;
};

}  // namespace usage::sandbox
