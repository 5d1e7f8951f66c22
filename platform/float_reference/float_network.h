// Runs a list of nodes in floating point.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "platform/onnx/network/node_list.h"

namespace hwcvp::onnx_import {

// What each value of the network is, in the order in which they are made, inputs first.
using SeeValue = std::function<void(const std::string& value, const Array& array)>;

// Runs the network once. Values that no later node reads are given up. QuantizeLinear and DequantizeLinear
// are carried out as what they are. Throws InputError for an operator that is not known, named by its node,
// and where an input is missing.
void run_float(const NodeList& list, const std::map<std::string, Array>& inputs, const SeeValue& see);

}  // namespace hwcvp::onnx_import
