// One attempt on its way through libcurl: its callbacks, the two locks against a second sending, and what its end
// means.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>

#include "incoming_reply.h"
#include "open_sockets.h"
#include "usage/base/clock.h"
#include "usage/send/transport.h"

namespace usage {

// In a handle that later attempts use again where this libcurl allows it.
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
  bool reconnected = false;        // once it had gone out: libcurl was about to send it again
  bool answered_early = false;     // a final reply began before the whole body had been handed over
  IncomingReply reply;
  WallTime started_at;
  SteadyTime deadline = SteadyTime::max();  // of what is in flight
  std::array<char, CURL_ERROR_SIZE> error_text{};
};

// Of its handle, which lets nothing out without them. Throws UsageError where this libcurl lacks one of the locks.
void point_callbacks_at(Transfer& transfer);

// What became of it. Its reply is moved out of it.
Delivery delivery_of(Transfer& transfer, CURLcode code, WallTime now);

}  // namespace usage
