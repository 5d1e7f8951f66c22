#include "models/hwce/job_engine.h"

#include <algorithm>

#include "models/tlm/processes.h"
#include "registers/hwce.h"

namespace hwcvp::hwce {

using sc_core::sc_time;

namespace {

constexpr size_t kStackBytes = 128 * 1024;

// The words that hold pixels from `address` on.
struct WordSpan {
  uint64_t address;
  uint32_t bytes;
  uint32_t skip;  // pixels before the first
};

WordSpan span_of(uint64_t address, uint32_t pixels) {
  const uint64_t first = address & ~(kWordBytes - 1);
  const uint64_t end = (address + pixels * kPixelBytes + kWordBytes - 1) & ~(kWordBytes - 1);
  return {first, static_cast<uint32_t>(end - first), static_cast<uint32_t>((address - first) / kPixelBytes)};
}

}  // namespace

static_assert(HWCE_LINE_COLUMNS == ConvolutionLines::kColumns && HWCE_LINES == ConvolutionLines::kMaxFilter);

JobEngine::JobEngine(const sc_core::sc_module_name& name, const StreamPort::Properties& properties,
                     tlm::tlm_initiator_socket<>& memory)
    : sc_module(name), clock_period_(properties.clock_period), port_(properties, memory, *this) {
  static_assert(HWCE_CONTEXTS == std::tuple_size_v<decltype(contexts_)>);
  HWCVP_THREAD(run);
  set_stack_size(kStackBytes);
}

uint32_t JobEngine::status() const {
  uint32_t status = 0;
  if (jobs_ == 0) status |= HWCE_STATUS_IDLE_MASK;
  if (stopped()) status |= HWCE_STATUS_ERROR_MASK;
  if (context_free()) status |= HWCE_STATUS_CONTEXT_FREE_MASK;
  return status;
}

void JobEngine::start(const Job& job) {
  contexts_[(first_ + jobs_) % contexts_.size()] = job;
  ++jobs_;
  if (!working()) wake();
  on_status_change();
}

void JobEngine::abandon_jobs() {
  jobs_ = 0;
  abandon();
}

void JobEngine::stop(uint32_t error, uint32_t info) {
  if (stopped()) return;
  error_ = error;
  error_info_ = info;
  abandon_jobs();
  on_status_change();
}

void JobEngine::reset() {
  abandon_jobs();
  error_ = 0;
  error_info_ = 0;
  jobs_done_ = 0;
  on_status_change();
}

void JobEngine::run() {
  for (;;) {
    while (jobs_ == 0) rest();
    begin_work();
    if (!sleep_until(contexts_[first_].visible_from) || !execute(contexts_[first_])) continue;
    end_work();
    first_ = (first_ + 1) % contexts_.size();
    --jobs_;
    ++jobs_done_;
    on_status_change();
  }
}

bool JobEngine::passed(StreamPort::Result result) {
  if (abandoned() || result == StreamPort::Result::abandoned) return false;
  if (result == StreamPort::Result::done) return true;
  stop(HWCE_ERROR_MEMORY_PORT, static_cast<uint32_t>(port_.failed_address()));
  return false;
}

bool JobEngine::execute(const Job& job) {
  port_.begin();
  arrived_ = line_end_ = last_access_ = sc_core::sc_time_stamp();
  if (!read_filters(job)) return false;
  const uint32_t columns = job.stripe_columns();
  for (uint32_t first = 0; first < job.out_width; first += columns) {
    if (!run_stripe(job, {first, std::min(columns, job.out_width - first)})) return false;
  }
  if (!passed(port_.finish(last_access_))) return false;
  return sleep_until(std::max(last_access_, line_end_));
}

bool JobEngine::read_filters(const Job& job) {
  std::array<uint16_t, ConvolutionLines::kMaxTaps + 1> lanes;  // and what fills the last word
  const WordSpan span = span_of(job.weights, job.filter * job.filter);
  if (!passed(port_.read(span.address, span.bytes, lanes.data(), arrived_, last_access_))) return false;
  arrived_ = last_access_;
  lines_.set_filters(job.filter, job.lanes, job.shift, lanes.data());
  return true;
}

bool JobEngine::read_x(const Job& job, const Stripe& stripe, uint32_t line, const sc_time& earliest) {
  std::array<int16_t, kColumns + 2> words;  // the line may begin and end in mid-word
  const uint32_t pixels = stripe.columns + job.filter - 1;
  const WordSpan span =
      span_of(job.x + uint64_t{line} * job.x_stride + uint64_t{stripe.first} * kPixelBytes, pixels);
  if (!passed(port_.read(span.address, span.bytes, words.data(), earliest, last_access_))) return false;
  arrived_ = std::max(arrived_, last_access_);
  lines_.push_line(words.data() + span.skip, pixels);
  return true;
}

bool JobEngine::read_y(const Job& job, const Stripe& stripe, uint32_t line, const sc_time& earliest) {
  for (uint32_t map = 0; map < job.maps; ++map) {
    if (job.constant) {
      y_[map].fill(job.y_constant[map]);
      continue;
    }
    const WordSpan span = span_of(job.y_in + uint64_t{map} * job.y_map_stride +
                                      uint64_t{line} * job.y_stride + uint64_t{stripe.first} * kPixelBytes,
                                  stripe.columns);
    if (!passed(port_.read(span.address, span.bytes, y_[map].data(), earliest, last_access_))) return false;
    arrived_ = std::max(arrived_, last_access_);
  }
  return true;
}

void JobEngine::write_y(const Job& job, const Stripe& stripe, uint32_t line) {
  for (uint32_t map = 0; map < job.maps; ++map) {
    lines_.convolve(map, y_[map].data());
    if (stripe.columns % 2 != 0) y_[map][stripe.columns] = 0;  // fills the last word
    const WordSpan span = span_of(job.y_out + uint64_t{map} * job.y_map_stride +
                                      uint64_t{line} * job.y_stride + uint64_t{stripe.first} * kPixelBytes,
                                  stripe.columns);
    port_.write(span.address, span.bytes, y_[map].data(), line_end_);
  }
}

bool JobEngine::run_stripe(const Job& job, const Stripe& stripe) {
  for (uint32_t line = 0; line + 1 < job.filter; ++line) {
    if (!read_x(job, stripe, line, arrived_)) return false;
  }
  sc_time begin = line_end_;   // of the output line before
  sc_time before = line_end_;  // and of the one before that
  for (uint32_t line = 0; line < job.out_height; ++line) {
    if (!read_x(job, stripe, line + job.filter - 1, before) || !read_y(job, stripe, line, before))
      return false;
    before = begin;
    begin = std::max(line_end_, arrived_);
    line_end_ = begin + stripe.columns * clock_period_;
    write_y(job, stripe, line);
  }
  return true;
}

}  // namespace hwcvp::hwce
