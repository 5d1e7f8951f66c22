#include "models/dram/controller/controller.h"

#include <algorithm>
#include <stdexcept>

namespace hwcvp {

namespace {

const DramSpec& checked(const DramSpec& spec) {
  spec.validate();
  return spec;
}

const DramControllerConfig& checked(const DramControllerConfig& config) {
  if (config.queue_depth < 1 || config.queue_depth > 65536) {
    throw std::invalid_argument("queue_depth: expected 1 to 65536 bursts, found " +
                                std::to_string(config.queue_depth));
  }
  if (config.bypass_limit < 1) {
    throw std::invalid_argument("bypass_limit: expected at least 1 burst, found " +
                                std::to_string(config.bypass_limit));
  }
  return config;
}

}  // namespace

DramController::DramController(const DramSpec& spec, const DramControllerConfig& config)
    : spec_(checked(spec)), mapping_(spec.organization, checked(config).mapping) {
  for (int64_t i = 0; i < spec.organization.channels; ++i) {
    channels_.emplace_back(spec, config, static_cast<uint32_t>(i), statistics_);
  }
}

dram::Channel& DramController::next_channel() {
  dram::Channel* next = &channels_.front();
  for (dram::Channel& channel : channels_) {
    if (channel.next_cycle() < next->next_cycle()) next = &channel;
  }
  return *next;
}

DramCycle DramController::next_finish() {
  DramCycle next = dram::Channel::kNever;
  for (dram::Channel& channel : channels_) next = std::min(next, channel.next_finish());
  return next;
}

size_t DramController::start(const Request& request, End end) {
  if (free_transfers_.empty()) {
    free_transfers_.push_back(transfers_.size());
    transfers_.emplace_back();
  }
  const size_t index = free_transfers_.back();
  free_transfers_.pop_back();
  const auto burst = static_cast<uint64_t>(spec_.organization.burst_bytes());
  const uint64_t first = request.address / burst;
  const uint64_t bursts = (request.address + request.bytes - 1) / burst - first + 1;
  transfers_[index] = {request.id, request.arrival, 0, bursts, end};
  input_ = {first * burst, bursts, index, request.write, request.arrival};

  ++statistics_.requests;
  statistics_.request_bytes += request.bytes;
  if (statistics_.first_arrival < 0 || request.arrival < statistics_.first_arrival) {
    statistics_.first_arrival = request.arrival;
  }
  if (in_flight_++ == 0) busy_since_ = std::max(request.arrival, statistics_.last_finish);
  feed();
  return index;
}

void DramController::submit(const Request& request) { start(request, End::listed); }

void DramController::feed() {
  const auto banks = static_cast<size_t>(spec_.organization.banks);
  const auto groups = static_cast<size_t>(spec_.organization.bank_groups);
  while (input_.bursts != 0) {
    const dram::Location location = mapping_.locate(input_.address);
    dram::Channel& channel = channels_[location.channel];
    if (channel.full()) return;
    dram::Access access;
    access.bank = (location.rank * groups + location.bank_group) * banks + location.bank;
    access.row = location.row;
    access.burst = location.burst;
    access.write = input_.write;
    access.arrival = input_.arrival;
    access.request = input_.transfer;
    channel.push(access);
    input_.address += static_cast<uint64_t>(spec_.organization.burst_bytes());
    --input_.bursts;
  }
}

void DramController::step(dram::Channel& channel) {
  const dram::Channel::Step done = channel.step(trace);
  if (!done.column) return;
  Transfer& transfer = transfers_[done.request];
  transfer.finish = std::max(transfer.finish, done.finish);
  if (--transfer.bursts == 0) end(done.request);
  if (input_.bursts != 0) {
    // What finds room now was not in the queue before.
    input_.arrival = std::max(input_.arrival, done.cycle);
    feed();
  }
}

void DramController::end(size_t index) {
  const Transfer& transfer = transfers_[index];
  statistics_.latency.add(static_cast<uint64_t>(transfer.finish - transfer.arrival));
  statistics_.last_finish = std::max(statistics_.last_finish, transfer.finish);
  if (--in_flight_ == 0) {
    statistics_.busy_cycles += std::max<DramCycle>(0, statistics_.last_finish - busy_since_);
  }
  if (transfer.end == End::listed) {
    completions_.push_back({transfer.id, transfer.finish});
    free_transfers_.push_back(index);
  }
}

void DramController::advance(DramCycle until) {
  for (;;) {
    dram::Channel& channel = next_channel();
    if (channel.next_cycle() >= until) return;
    step(channel);
  }
}

DramCycle DramController::access(const Request& request) {
  advance(request.arrival);
  while (!ready()) step(next_channel());
  const size_t index = start(request, End::awaited);
  while (transfers_[index].bursts != 0) step(next_channel());
  free_transfers_.push_back(index);
  return transfers_[index].finish;
}

DramStatistics DramController::statistics(DramCycle now) const {
  DramStatistics statistics = statistics_;
  for (const dram::Channel& channel : channels_) statistics.active_cycles += channel.active_cycles(now);
  if (in_flight_ != 0) statistics.busy_cycles += std::max<DramCycle>(0, now - busy_since_);
  return statistics;
}

}  // namespace hwcvp
