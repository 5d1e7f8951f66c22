// What the firmware in sw/ costs on the emulated core, as bench/firmware_costs has measured it.
#pragma once

#include <array>
#include <stdexcept>
#include <utility>

#include "schedules/latency/machine_timing.h"

namespace hwcvp::latency {

// Costs from a table that names each kind of work once, in any order; else it is no constant.
constexpr FirmwareCosts costs_of(
    const std::pair<FirmwareCosts::Work, double> (&table)[FirmwareCosts::kinds]) {
  FirmwareCosts costs;
  std::array<bool, FirmwareCosts::kinds> named{};
  for (const auto& [work, instructions] : table) {
    if (named[work]) throw std::logic_error("a kind of work is named twice");
    named[work] = true;
    costs.instructions[work] = instructions;
  }
  return costs;
}

// Instructions for each piece of work, those of its register accesses included. A test sets them against the
// machine; where the firmware has changed, bench/firmware_costs prints the table anew.
inline constexpr FirmwareCosts kMeasuredFirmwareCosts = costs_of({
    {FirmwareCosts::step, 49.6},         {FirmwareCosts::moved_loop, 37.1},
    {FirmwareCosts::new_limit, 4.7},     {FirmwareCosts::tile_start, 24.8},
    {FirmwareCosts::tile_count, 6.7},    {FirmwareCosts::input_look, 45.1},
    {FirmwareCosts::input_range, 6.2},   {FirmwareCosts::input_hull, 59.9},
    {FirmwareCosts::input_change, 26.6}, {FirmwareCosts::input_slide, 146.5},
    {FirmwareCosts::input_part, 21.1},   {FirmwareCosts::weight_look, 54.0},
    {FirmwareCosts::weight_range, 23.8}, {FirmwareCosts::weight_load, 20.2},
    {FirmwareCosts::output_look, 84.6},  {FirmwareCosts::output_range, 34.0},
    {FirmwareCosts::visit_range, 12.7},  {FirmwareCosts::output_change, 24.1},
    {FirmwareCosts::output_load, 13.2},  {FirmwareCosts::output_store, 45.9},
    {FirmwareCosts::staged_box, 33.5},   {FirmwareCosts::staged_axis, 4.0},
    {FirmwareCosts::box_register, 3.1},  {FirmwareCosts::room_question, 64.0},
    {FirmwareCosts::sleep, 0.0},         {FirmwareCosts::loop, 113.5},
    {FirmwareCosts::hull_piece, 27.2},   {FirmwareCosts::hull_loop, 10.6},
    {FirmwareCosts::job, 19794.0},
});

}  // namespace hwcvp::latency
