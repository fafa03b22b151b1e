#include "usage/send/curl_transport.h"

#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "connection_fault.h"
#include "curl_settings.h"
#include "incoming_reply.h"
#include "open_sockets.h"
#include "secret_cover.h"
#include "usage/base/error.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::chrono::milliseconds kLongestWait = std::chrono::hours(1);  // libcurl counts waits in an int

constexpr auto kCurlTooLarge = static_cast<CURLcode>(100);  // CURLE_TOO_LARGE, which older headers do not name

// One attempt on its way, in a handle that later attempts use again where this libcurl allows it.
struct Transfer {
  std::unique_ptr<CURLU, void (*)(CURLU*)> url{nullptr, curl_url_cleanup};  // parsed once; the path changes
  std::unique_ptr<CURL, void (*)(CURL*)> easy{nullptr, curl_easy_cleanup};
  OpenSockets* sockets = nullptr;
  AttemptId attempt = 0;
  std::string body;
  std::size_t body_sent = 0;
  unsigned times_issued = 0;
  bool found_out_of_step = false;  // the connection that it was to go out on: it did not
  int local_port = 0;              // of the connection that it goes out on
  bool answered_early = false;     // a final reply began before the whole body had been handed over
  IncomingReply reply;
  WallTime started_at;
  std::array<char, CURL_ERROR_SIZE> error_text{};
};

// --- what libcurl calls; nothing may be thrown through it

// The fence: libcurl calls this each time it is about to send the request, also when it does so again by itself. And
// the last moment at which a connection can be left that still holds a reply to somebody else: libcurl 7.88 re-uses it.
int before_request(void* context, char*, char*, int, int local_port) {
  Transfer& transfer = *static_cast<Transfer*>(context);
  transfer.found_out_of_step = transfer.times_issued == 0 && transfer.sockets->is_out_of_step(local_port);
  if (transfer.found_out_of_step) return CURL_PREREQFUNC_ABORT;
  transfer.local_port = local_port;
  ++transfer.times_issued;
  if (transfer.times_issued == 1) transfer.sockets->cork(local_port);
  return transfer.times_issued == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

int socket_made(void* context, curl_socket_t socket, curlsocktype) {
  try {
    static_cast<OpenSockets*>(context)->made(socket);
    return CURL_SOCKOPT_OK;
  } catch (const std::bad_alloc&) {
    return CURL_SOCKOPT_ERROR;
  }
}

int close_socket(void* context, curl_socket_t socket) {
  static_cast<OpenSockets*>(context)->closed(socket);
  return ::close(socket);
}

std::size_t give_body(char* buffer, std::size_t size, std::size_t count, void* context) {
  Transfer& transfer = *static_cast<Transfer*>(context);
  const std::size_t length = std::min(size * count, transfer.body.size() - transfer.body_sent);
  std::memcpy(buffer, transfer.body.data() + transfer.body_sent, length);
  transfer.body_sent += length;
  return length;
}

// The second lock: a body that cannot be rewound cannot be sent again. 7.88 asks for this before it asks the fence.
int refuse_rewind(void*, curl_off_t, int) {
  return CURL_SEEKFUNC_FAIL;
}

template <IncomingReply::Wanted (IncomingReply::*take)(std::string_view)>
std::size_t take_reply(char* data, std::size_t size, std::size_t count, void* context) {
  Transfer& transfer = *static_cast<Transfer*>(context);
  const std::size_t length = size * count;
  const bool was_answered = transfer.reply.has_status();
  try {
    const auto wanted = (transfer.reply.*take)({data, length});
    if (!was_answered && transfer.reply.has_status())
      transfer.answered_early = transfer.body_sent < transfer.body.size();
    if (wanted == IncomingReply::Wanted::kMore) return length;
  } catch (const std::bad_alloc&) {
  }
  return length == 0 ? 1 : 0;  // any other number than length ends the transfer
}

void point_callbacks_at(Transfer& transfer) {
  CURL* easy = transfer.easy.get();
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error_text.data());
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_body);
  curl_easy_setopt(easy, CURLOPT_READDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_reply<&IncomingReply::take_header_line>);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_reply<&IncomingReply::take_body>);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, socket_made);
  curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, transfer.sockets);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, transfer.sockets);  // outlives its connections
  // Without the two locks there is no sending at all.
  if (curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_request) != CURLE_OK ||
      curl_easy_setopt(easy, CURLOPT_PREREQDATA, &transfer) != CURLE_OK ||
      curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, refuse_rewind) != CURLE_OK) {
    throw UsageError("libcurl", "libcurl lacks the pre-request callback", "install the libcurl of Debian 12 or newer");
  }
}

// --- what an end means

TransportFault fault_before_request(CURLcode code, long connect_status) {
  if (connect_status != 0 && connect_status / 100 != 2) return TransportFault::kProxyRefused;
  return connection_fault(code);
}

// libcurl says CURLE_OK of a reply cut in its headers or its body, too. Who refuses a request need not have read it;
// who accepts it has.
TransportFault fault_of_reply(const Transfer& transfer) {
  const IncomingReply& reply = transfer.reply;
  if (!reply.headers_complete() || !reply.has_stated_length()) return TransportFault::kConnectionLost;
  return transfer.answered_early && reply.is_success() ? TransportFault::kReplyTooEarly : TransportFault::kNone;
}

TransportFault fault_after_request(CURLcode code, const Transfer& transfer) {
  switch (code) {
    case CURLE_OK:
      return fault_of_reply(transfer);
    case CURLE_OPERATION_TIMEDOUT:
      return TransportFault::kTimeout;
    case CURLE_UNSUPPORTED_PROTOCOL:  // HTTP/0.9
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_FUNCTION_ARGUMENT:  // a field without a colon
    case CURLE_OUT_OF_MEMORY:          // what 7.88 says of a header line over 100 KiB
    case kCurlTooLarge:                // what 8.6.0 and later say of it
    case CURLE_WRITE_ERROR:
    case CURLE_BAD_CONTENT_ENCODING:
      return TransportFault::kMalformedReply;
    default:
      return TransportFault::kConnectionLost;
  }
}

TransportFault fault_of(CURLcode code, const Transfer& transfer, long connect_status) {
  if (transfer.reply.refusal() != TransportFault::kNone) return transfer.reply.refusal();
  if (transfer.times_issued == 0 && transfer.body_sent == 0) return fault_before_request(code, connect_status);
  if (transfer.times_issued > 1 || code == CURLE_SEND_FAIL_REWIND) return TransportFault::kResendPrevented;
  return fault_after_request(code, transfer);
}

std::string text_of(TransportFault fault, CURLcode code, const Transfer& transfer, long connect_status) {
  if (fault == TransportFault::kNone) return "";
  if (!transfer.reply.refusal_text().empty()) return transfer.reply.refusal_text();
  if (fault == TransportFault::kResendPrevented) {
    return "the connection ended before a reply came; libcurl was kept from sending the request again (libcurl " +
           std::to_string(static_cast<int>(code)) + ")";
  }
  if (fault == TransportFault::kProxyRefused && connect_status != 0) {
    return "the proxy answered CONNECT with " + std::to_string(connect_status);
  }
  if (fault == TransportFault::kReplyTooEarly)
    return "it began before the whole request had left, so it answers another one";
  if (code == CURLE_OK) {
    return transfer.reply.headers_complete() ? "the reply ended before its Content-Length"
                                             : "the connection ended within the reply's headers";
  }
  const char* text = transfer.error_text[0] != '\0' ? transfer.error_text.data() : curl_easy_strerror(code);
  return clean_text(text) + " (libcurl " + std::to_string(static_cast<int>(code)) + ")";
}

Delivery delivery_of(Transfer& transfer, CURLcode code, WallTime now) {
  long connect_status = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_HTTP_CONNECTCODE, &connect_status);
  Delivery delivery;
  delivery.times_issued = transfer.times_issued;
  // Cannot be, and would be two bills if it were: a body on its way that the fence was not asked about.
  if (transfer.body_sent > 0) delivery.times_issued = std::max(delivery.times_issued, 1U);
  delivery.connect_status = static_cast<int>(connect_status);
  delivery.fault = fault_of(code, transfer, connect_status);
  delivery.fault_text = text_of(delivery.fault, code, transfer, connect_status);
  delivery.body_complete = delivery.fault == TransportFault::kNone;
  transfer.reply.move_into(delivery);
  delivery.started_at = transfer.started_at;
  delivery.ended_at = now;
  return delivery;
}

// Not to be mended by trying again. What is in flight stays recorded as `sending`.
void require(CURLMcode code, const char* doing) {
  if (code == CURLM_OK) return;
  throw Error(ExitStatus::kStopped, "libcurl",
              std::string("libcurl failed in ") + doing + ": " + curl_multi_strerror(code), "usage-uploader resume");
}

// The base URL without its path.
std::string origin_of(const std::string& base_url) {
  return base_url.substr(0, base_url.find('/', base_url.find("://") + 3));
}

std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(const std::string& base_url) {
  std::unique_ptr<CURLU, void (*)(CURLU*)> url(curl_url(), curl_url_cleanup);
  const unsigned flags = CURLU_PATH_AS_IS | CURLU_DISALLOW_USER;
  if (!url) throw std::bad_alloc();
  const CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, base_url.c_str(), flags);
  if (code != CURLUE_OK) throw std::logic_error("a base URL that libcurl cannot read");
  return url;
}

// Before 8.2.0, a reply whose first field begins with a blank makes libcurl write into a header of the reply before it
// in the same handle, which is freed (curl issue 11101). Connections belong to the multi handle and last.
bool has_lasting_handles() {
  static const bool has = curl_version_info(CURLVERSION_NOW)->version_num >= 0x080200;
  return has;
}

// What a transfer that was cut short leaves in its handle is for the next one to stumble over: with 8.14.1, a body that
// was kept from being rewound is to be rewound before every later request, which then never leaves.
bool went_by_the_book(CURLcode code, const Transfer& transfer) {
  return code == CURLE_OK && transfer.times_issued == 1 && transfer.body_sent == transfer.body.size();
}

enum class Wake : std::uint8_t { kNo, kYes };

}  // namespace

TransportFault connection_fault(int curl_code) {
  switch (curl_code) {
    case CURLE_PROXY:
      return TransportFault::kProxyRefused;
    case CURLE_OPERATION_TIMEDOUT:
      return TransportFault::kTimeout;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return TransportFault::kBadCertificate;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_FAILED_INIT:
    case CURLE_URL_MALFORMAT:
    case CURLE_NOT_BUILT_IN:
    case CURLE_OUT_OF_MEMORY:
    case CURLE_BAD_FUNCTION_ARGUMENT:
    case CURLE_UNKNOWN_OPTION:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
      return TransportFault::kLocalConfiguration;
    default:  // names, connections, handshakes
      return TransportFault::kUnreachable;
  }
}

struct CurlTransport::State {
  State(CurlOptions the_options, const Credentials& credentials, const Clock& the_clock)
      : options(std::move(the_options)),
        clock(the_clock),
        settings(options, credentials),
        secret(credentials),
        origin(origin_of(options.base_url)) {
    multi.reset(curl_multi_init());
    if (!multi) throw std::bad_alloc();
    curl_multi_setopt(multi.get(), CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
    curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(std::max(options.max_in_flight, 1U)));
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    for (const auto& transfer : transfers)
      if (transfer->easy) curl_multi_remove_handle(multi.get(), transfer->easy.get());
  }

  Transfer& idle_transfer();
  void go(Transfer& transfer, bool on_new_connection);
  std::vector<FinishedTransfer> take_finished();
  Wake wait(Duration at_most);

  CurlOptions options;
  const Clock& clock;
  CurlSettings settings;
  SecretCover secret;
  std::string origin;  // of the base URL, which has a path behind it
  OpenSockets sockets;
  std::unique_ptr<CURLM, CURLMcode (*)(CURLM*)> multi{nullptr, curl_multi_cleanup};
  std::vector<std::unique_ptr<Transfer>> transfers;  // as many as were ever in flight at once
  std::vector<Transfer*> idle;
  AttemptId last_started = 0;
};

Transfer& CurlTransport::State::idle_transfer() {
  if (idle.empty()) {
    auto transfer = std::make_unique<Transfer>();
    transfer->sockets = &sockets;
    transfer->url = parsed(options.base_url);
    idle.push_back(transfer.get());
    transfers.push_back(std::move(transfer));
  }
  Transfer& transfer = *idle.back();
  idle.pop_back();
  if (!transfer.easy) {
    transfer.easy.reset(settings.new_handle());
    point_callbacks_at(transfer);
  }
  return transfer;
}

void CurlTransport::State::go(Transfer& transfer, bool on_new_connection) {
  transfer.body_sent = 0;
  transfer.times_issued = 0;
  transfer.found_out_of_step = false;
  transfer.local_port = 0;
  transfer.answered_early = false;
  transfer.reply = IncomingReply();
  transfer.error_text.fill('\0');
  const long fresh = on_new_connection || options.fresh_connections ? 1L : 0L;
  if (curl_easy_setopt(transfer.easy.get(), CURLOPT_FRESH_CONNECT, fresh) != CURLE_OK) throw std::bad_alloc();
  require(curl_multi_add_handle(multi.get(), transfer.easy.get()), "starting a transfer");
}

std::vector<FinishedTransfer> CurlTransport::State::take_finished() {
  std::vector<FinishedTransfer> finished;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    Transfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    require(curl_multi_remove_handle(multi.get(), transfer->easy.get()), "ending a transfer");
    if (transfer->found_out_of_step) {  // nothing of it has left
      go(*transfer, true);
      continue;
    }
    Delivery delivery = delivery_of(*transfer, code, clock.wall_now());
    for (std::string* text : {&delivery.headers, &delivery.body, &delivery.fault_text}) secret.cover(*text);
    finished.push_back({transfer->attempt, std::move(delivery), transfer->local_port});
    if (!has_lasting_handles() || !went_by_the_book(code, *transfer)) transfer->easy.reset();
    idle.push_back(transfer);
  }
  return finished;
}

Wake CurlTransport::State::wait(Duration at_most) {
  // Rounded up: 0 ms for the last part of a millisecond would spin.
  const auto milliseconds = std::min(std::chrono::ceil<std::chrono::milliseconds>(at_most), kLongestWait);
  curl_waitfd wake{options.wake_fd, CURL_WAIT_POLLIN, 0};
  const unsigned extra = options.wake_fd >= 0 ? 1 : 0;
  require(curl_multi_poll(multi.get(), &wake, extra, static_cast<int>(milliseconds.count()), nullptr), "waiting");
  return wake.revents != 0 ? Wake::kYes : Wake::kNo;
}

CurlTransport::CurlTransport(CurlOptions options, const Credentials& credentials, const Clock& clock)
    : state_(std::make_unique<State>(std::move(options), credentials, clock)) {}

CurlTransport::~CurlTransport() = default;

void CurlTransport::start(AttemptId attempt, const std::string& url, std::string body) {
  // Both would be faults of this program: credentials for a stranger, or a second bill.
  if (!url.starts_with(state_->options.base_url + "/")) throw std::logic_error("a URL outside of the base URL");
  if (attempt <= state_->last_started) {
    throw std::logic_error("attempt " + std::to_string(attempt) + " was started twice, or after a later one");
  }
  state_->last_started = attempt;
  Transfer& transfer = state_->idle_transfer();
  transfer.attempt = attempt;
  transfer.body = std::move(body);
  transfer.started_at = state_->clock.wall_now();
  CURL* easy = transfer.easy.get();
  const char* path = url.c_str() + state_->origin.size();
  if (curl_url_set(transfer.url.get(), CURLUPART_PATH, path, 0) != CURLUE_OK) throw std::bad_alloc();
  // Also where it is the same one: libcurl keeps the text of the first.
  if (curl_easy_setopt(easy, CURLOPT_CURLU, transfer.url.get()) != CURLE_OK) throw std::bad_alloc();
  // The length is known, so the body goes out with Content-Length and not chunked.
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.body.size()));
  state_->go(transfer, false);
}

std::vector<FinishedTransfer> CurlTransport::poll(SteadyTime until) {
  for (Wake wake = Wake::kNo;;) {
    int running = 0;
    require(curl_multi_perform(state_->multi.get(), &running), "sending");
    state_->sockets.uncork();
    std::vector<FinishedTransfer> finished = state_->take_finished();
    const SteadyTime now = state_->clock.steady_now();
    if (!finished.empty() || wake == Wake::kYes || now >= until) return finished;
    wake = state_->wait(until - now);
  }
}

void CurlTransport::leave_connection(int connection) {
  if (connection != 0) state_->sockets.leave(connection);
}

std::string curl_version_text() {
  return curl_version_info(CURLVERSION_NOW)->version;
}

}  // namespace usage
