// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/common/clock.h"
#include "hw/common/payload.h"
#include "hw/interconnect/vector_transaction.h"
#include "hw/memory/sram_buffer.h"
#include "quant/geometry.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include <functional>
#include <vector>

namespace cimarron {

// Holds the image and, at the end, the logits. start() streams the image to the first stage, one
// image row after another: ceil(row bits / port_bits) cycles of reading, then one interconnect
// transfer. on_done is called when all logits have arrived.
class GlobalBuffer : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(GlobalBuffer);
    GlobalBuffer(const sc_core::sc_module_name& name, const SramBufferParams& params,
                 const Shape& image, int image_bits, const Shape& output, const Clock& clock);

    tlm_utils::simple_target_socket<GlobalBuffer> vector_target{"vector_target"};
    tlm_utils::simple_initiator_socket<GlobalBuffer> vector_initiator{"vector_initiator"};
    std::function<void()> on_done;

    // Host side; the cycles are those of the port.
    std::int64_t write_image(const std::uint8_t* codes);
    std::int64_t read_logits(std::int64_t* logits);
    void start();

    std::int64_t codes_sent() const { return codes_sent_; }
    std::int64_t codes_received() const { return codes_received_; }
    std::int64_t activations() const { return activations_; }
    const SramBufferActivity& activity() const { return activity_; }

private:
    void receive(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    tlm::tlm_sync_enum sent(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                            sc_core::sc_time& delay);
    void read_row();
    void send_row();
    std::int64_t accesses(std::int64_t bits) const;

    const SramBufferParams params_;
    const Shape shape_;
    const int image_bits_;
    const Shape output_;
    const Clock& clock_;
    Codes image_;
    std::vector<std::int64_t> logits_;
    int row_ = 0;
    int received_ = 0;
    ReusablePayload<VectorExtension> payload_;
    SramBufferActivity activity_;
    std::int64_t codes_sent_ = 0;
    std::int64_t codes_received_ = 0;
    std::int64_t activations_ = 0;

    sc_core::sc_event next_row_{"next_row"};
    sc_core::sc_event row_ready_{"row_ready"};
};

}  // namespace cimarron
