#include "endpoint.h"

#include <array>
#include <cstdio>

#include "usage/base/sid.h"

namespace usage::sandbox {
namespace {

// Answers that no scenario asked for. Their names stand in the journal.
constexpr const char* kContractViolation = "contract_violation";
constexpr const char* kUnauthorized = "unauthorized";
constexpr const char* kOverConcurrencyLimit = "over_concurrency_limit";
constexpr const char* kIncompleteRequest = "incomplete_request";
constexpr const char* kNextRequestUnread = "next_request_unread";

Fault refusal(const char* name, int status, const std::string& message) {
  Fault fault;
  fault.name = name;
  fault.billing = Billing::kNotBilled;
  fault.shape = ReplyShape::kError;
  fault.status = status;
  fault.message = message;
  return fault;
}

Fault silence(const char* name) {
  Fault fault = refusal(name, 0, "");
  fault.wire = WireFault::kCloseNoReply;
  return fault;
}

void refuse(Call& call, const Violation& violation) {
  call.violation = violation.message;
  call.fault = refusal(kContractViolation, violation.status, violation.message);
}

bool same(const BasicCredentials& a, const BasicCredentials& b) {
  return a.user == b.user && a.secret == b.secret;
}

std::string request_id(std::uint64_t seed, std::uint64_t number) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "RQ%016llx%016llx",
                static_cast<unsigned long long>(mixed(seed, "first half", number)),
                static_cast<unsigned long long>(mixed(seed, "second half", number)));
  return text.data();
}

}  // namespace

Seat& Seat::operator=(Seat&& other) noexcept {
  if (this != &other) {
    leave();
    endpoint_ = std::exchange(other.endpoint_, nullptr);
  }
  return *this;
}

void Seat::leave() {
  if (endpoint_ != nullptr) std::exchange(endpoint_, nullptr)->leave();
}

Endpoint::Endpoint(EndpointOptions options, Journal journal, const Clock& clock)
    : options_(std::move(options)), journal_(std::move(journal)), clock_(clock) {}

void Endpoint::leave() {
  const std::lock_guard lock(mutex_);
  --at_once_;
}

Call Endpoint::begin(const RequestHead& head, ConnectionPlace place) {
  Call call;
  call.place = place;
  call.target = head.target;
  call.installation = installation_of(head.target).value_or("");
  if (const auto violation = check_head(head)) {
    refuse(call, *violation);
  } else {
    call.fault = fault_for(head, call);
  }
  return call;
}

Fault Endpoint::fault_for(const RequestHead& head, Call& call) {
  if (options_.credentials && !same(*options_.credentials, credentials_of(head)))
    return refusal(kUnauthorized, 401, "");
  const std::lock_guard lock(mutex_);
  call.concurrent = at_once_ + 1;
  if (options_.scenario.concurrency_limit && call.concurrent > *options_.scenario.concurrency_limit) {
    return refusal(kOverConcurrencyLimit, 429, "");
  }
  ++at_once_;
  call.seat = Seat(*this);
  const std::uint64_t nth = requests_of_[sid_key(call.installation)]++;
  return choose_fault(options_.scenario, options_.seed, call.installation, nth);
}

Answer Endpoint::finish(Call call, std::string_view body) {
  std::vector<UsageItem> items;
  if (!call.violation) {
    auto checked = check_body(body);
    if (const auto* violation = std::get_if<Violation>(&checked)) {
      refuse(call, *violation);
    } else {
      items = std::get<std::vector<UsageItem>>(std::move(checked));
    }
  }
  const std::string id = record(call, billed_items(call.fault, items));
  Reply reply = compose_reply(call.fault, items, call.target, clock_.wall_now());
  reply.headers.emplace_back("Twilio-Request-Id", id);
  reply.headers.emplace_back("Twilio-Concurrent-Requests", std::to_string(call.concurrent));
  return {std::move(reply), std::move(call.fault), options_.scenario.latency, std::move(call.seat)};
}

void Endpoint::finish_unread(const Call& call) {
  record(call, {});
}

void Endpoint::finish_incomplete(const Call& call) {
  Call incomplete;
  incomplete.place = call.place;
  incomplete.installation = call.installation;
  incomplete.fault = silence(kIncompleteRequest);
  record(incomplete, {});
}

void Endpoint::finish_next_unread(ConnectionPlace place) {
  Call call;
  call.place = place;
  call.fault = silence(kNextRequestUnread);
  record(call, {});
}

Answer Endpoint::refuse_malformed(ConnectionPlace place, int status) {
  Call call;
  call.place = place;
  refuse(call, {status, "HTTP: the request cannot be read"});
  return finish(std::move(call), "");
}

std::string Endpoint::record(const Call& call, const std::vector<UsageItem>& billed) {
  const std::lock_guard lock(mutex_);
  JournalEntry entry;
  entry.number = ++requests_;
  entry.time = clock_.wall_now();
  entry.connection = call.place.connection;
  entry.request_on_connection = call.place.request;
  entry.installation = call.installation;
  entry.request_id = request_id(options_.seed, entry.number);
  entry.fault = call.fault.name;
  const bool has_status = call.fault.shape == ReplyShape::kError || call.fault.shape == ReplyShape::kRedirect;
  if (whole_head_leaves(call.fault)) entry.status = has_status ? call.fault.status : 202;
  entry.billed = billed;
  entry.violation = call.violation;
  journal_.append(entry);
  return entry.request_id;
}

}  // namespace usage::sandbox
