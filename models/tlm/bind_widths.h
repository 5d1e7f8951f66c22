// Binds sockets of different widths.
#pragma once

#include <tlm>

namespace hwcvp {

// Binds an initiator's socket of any width (64, 128, 256 bits) to a target's of any other, in place of
// initiator.bind(target). The width of a socket is a matter of its type alone, and no transport depends on
// it, so there is nothing in between and it costs nothing. Neither may be a multi socket
// (multi_passthrough_...), which looks for a socket of its own width at the other end.
template <unsigned int InitiatorWidth, unsigned int TargetWidth, typename Forward, typename Backward>
void bind_widths(tlm::tlm_base_initiator_socket_b<InitiatorWidth, Forward, Backward>& initiator,
                 tlm::tlm_base_target_socket_b<TargetWidth, Forward, Backward>& target) {
  initiator.get_base_port()(target.get_base_interface());
  target.get_base_port()(initiator.get_base_interface());
}

}  // namespace hwcvp
