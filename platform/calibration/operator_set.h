// Nodes of earlier operator sets in the form of set 13, the first that has scales for each channel.
#pragma once

#include "platform/onnx/network/node_list.h"

namespace hwcvp::onnx_import {

// Brings a list of an operator set below 13 to 13: attributes that have become inputs are moved. Does nothing
// to later ones. Throws InputError for an operator of which it is not known that it means the same.
void bring_to_operator_set_13(NodeList& list);

}  // namespace hwcvp::onnx_import
