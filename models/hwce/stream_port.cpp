#include "models/hwce/stream_port.h"

#include <algorithm>

#include "models/common/divide_up.h"
#include "models/hwce/job.h"
#include "models/tlm/in_flight.h"

namespace hwcvp::hwce {

using sc_core::sc_time;

StreamPort::StreamPort(const Properties& properties, tlm::tlm_initiator_socket<>& memory,
                       tlm_support::Worker& process)
    : properties_(properties),
      memory_(memory),
      process_(process),
      payloads_(properties.initiator_id),
      responses_(memory.name(), properties.accept_incomplete_responses),
      reads_(tlm::TLM_READ_COMMAND, properties.outstanding),
      writes_(tlm::TLM_WRITE_COMMAND, properties.outstanding) {}

void StreamPort::begin() {
  for (Channel* const channel : {&reads_, &writes_}) {
    channel->issue = sc_core::sc_time_stamp();
    std::fill(channel->ends.begin(), channel->ends.end(), channel->issue);
  }
  waiting_.clear();
  last_write_ = sc_core::sc_time_stamp();
}

sc_time StreamPort::ready(const Channel& channel, const sc_time& earliest) {
  return std::max({earliest, channel.issue, channel.ends[channel.oldest]});
}

StreamPort::Result StreamPort::transfer(Channel& channel, uint64_t address, uint32_t bytes,
                                        unsigned char* data, const sc_time& earliest, sc_time& end) {
  const int64_t cycles =
      common::divide_up(bytes, int64_t{properties_.ports} * static_cast<int64_t>(kWordBytes));
  const sc_time busy = sc_time::from_value(static_cast<uint64_t>(cycles) * properties_.clock_period.value());
  sc_time now = sc_core::sc_time_stamp();
  const sc_time asked = std::max(ready(channel, earliest), now);
  const sc_time issue = words_.reserve(asked, busy);
  channel.issue = issue;
  if (issue > now + properties_.quantum) {
    if (!process_.sleep_until(issue)) return Result::abandoned;
    now = issue;
  }
  tlm::tlm_generic_payload& payload = *payloads_.acquire(channel.command, address, data, bytes);
  sc_time delay = issue - now;
  call_ = &payload;
  call_begin_ = sc_core::sc_time_stamp();
  memory_->b_transport(payload, delay);
  call_ = nullptr;
  const bool good = responses_.good(payload);
  payload.release();
  if (!good) {
    failed_address_ = address;
    return Result::failed;
  }
  end = sc_core::sc_time_stamp() + delay;
  channel.ends[channel.oldest] = end;
  if (++channel.oldest == channel.ends.size()) channel.oldest = 0;
  return Result::done;
}

StreamPort::Result StreamPort::move(Channel& channel, uint64_t address, uint32_t bytes, unsigned char* data,
                                    const sc_time& earliest, sc_time& end) {
  const uint64_t burst = properties_.max_burst_bytes;
  while (bytes > 0) {
    const auto length = static_cast<uint32_t>(std::min<uint64_t>(bytes, burst - (address & (burst - 1))));
    const Result result = transfer(channel, address, length, data, earliest, end);
    if (result != Result::done) return result;
    address += length;
    data += length;
    bytes -= length;
  }
  return Result::done;
}

StreamPort::Result StreamPort::read(uint64_t address, uint32_t bytes, void* data, const sc_time& earliest,
                                    sc_time& end) {
  const Result result = write_until(ready(reads_, earliest));
  if (result != Result::done) return result;
  return move(reads_, address, bytes, static_cast<unsigned char*>(data), earliest, end);
}

void StreamPort::write(uint64_t address, uint32_t bytes, const void* data, const sc_time& earliest) {
  const auto* const first = static_cast<const unsigned char*>(data);
  waiting_.push_back({address, {first, first + bytes}, earliest});
}

StreamPort::Result StreamPort::write_until(const sc_time& time) {
  while (!waiting_.empty() && ready(writes_, waiting_.front().earliest) <= time) {
    Write& next = waiting_.front();
    const Result result = move(writes_, next.address, static_cast<uint32_t>(next.data.size()),
                               next.data.data(), next.earliest, last_write_);
    if (result != Result::done) return result;
    waiting_.pop_front();
  }
  return Result::done;
}

StreamPort::Result StreamPort::finish(sc_time& end) {
  const Result result = write_until(sc_core::sc_max_time());
  end = std::max(end, last_write_);
  return result;
}

std::string StreamPort::in_flight() const {
  tlm_support::InFlight found;
  if (call_ != nullptr) found.add(*call_, call_begin_, "the return of b_transport");
  return found.text();
}

}  // namespace hwcvp::hwce
