// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/tile.h"

#include "common/error.h"
#include "hw/tile/post_rtl.h"
#include "hw/tile/tile_trace.h"

namespace cimarron {

Tile::Tile(const sc_core::sc_module_name& name, const AcceleratorParams& params, const Stage& stage,
           const TilePlacement& placement, const Clock& clock, int stage_index,
           const ImageBegins& begins)
    : sc_module(name),
      stage_index_(stage_index),
      datapath_(params.tile, stage, placement),
      waits_(datapath_, clock),
      macros_(params, stage, placement, clock, waits_.waits()),
      paths_(stage_index, placement.copies, begins, clock),
      pipeline_("pipeline", params.tile, clock, datapath_, macros_, paths_, waits_),
      registers_(datapath_, macros_) {
    vector_target.register_b_transport(this, &Tile::receive);
    vector_initiator.register_nb_transport_bw(this, &Tile::sent);
    register_target.register_b_transport(this, &Tile::write_register);
    macros_.on_row_written = [this](int macro) { on_written(macro); };
    pipeline_.offer = [this](const OutputVector& vector, std::int64_t image,
                             const CriticalPath& path) { offer(vector, image, path); };
    if (post_implementation(params, placement.tile) == Implementation::rtl)
        make_rtl_lanes(params.tile.post_processing, clock);
}

void Tile::make_rtl_lanes(const PostProcessingParams& params, const Clock& clock) {
    if (macros_.readout().off != 0)
        throw UserError(
            "tile.post_processing.implementation: rtl does not subtract the mean current of "
            "cells at 0 (non-idealities: compensation)");
    rtl_lanes_ = make_post_rtl(name(), params, clock);
    datapath_.set_lanes(*rtl_lanes_);
}

void Tile::receive(tlm::tlm_generic_payload& payload, sc_core::sc_time& /*delay*/) {
    const auto& vector = *payload.get_extension<VectorExtension>();
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    if (vector.tensor == VectorExtension::kWeights) {
        receive_weights(vector, payload.get_data_ptr());
        return;
    }
    datapath_.receive(vector.tensor, vector.image,
                      {vector.first_pixel, vector.pixels, vector.first_channel, vector.channels,
                       payload.get_data_ptr()});
    pipeline_.arrived(vector);
}

void Tile::receive_weights(const VectorExtension& vector, const unsigned char* data) {
    if (vector.macro >= 0) {
        macros_.write_row(vector.macro, vector.row, data, vector.channels);
        return;
    }
    registers_.set_affine(data);
    on_written(-1);
}

void Tile::write_register(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    registers_.access(payload, delay);
}

void Tile::offer(const OutputVector& vector, std::int64_t image, const CriticalPath& path) {
    const StageOutput& output = datapath_.stage().outputs[static_cast<std::size_t>(vector.output)];
    VectorExtension& transfer = vector_payload_.extension;
    transfer.path = path;
    transfer.stage = stage_index_;
    transfer.image = image;
    transfer.destination = first_destination + output.tensor;
    transfer.tensor = output.tensor;
    transfer.first_pixel = vector.pixel;
    transfer.pixels = 1;
    transfer.first_channel = datapath_.placement().first_channel;
    transfer.channels = datapath_.placement().channels;
    transfer.bits_per_code = wire_bits(output.bits);
    tlm::tlm_generic_payload& payload =
        vector_payload_.write(0, vector.payload.data(), vector.payload.size());
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    vector_initiator->nb_transport_fw(payload, phase, delay);
}

tlm::tlm_sync_enum Tile::sent(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                              sc_core::sc_time& /*delay*/) {
    if (phase != tlm::BEGIN_RESP) SC_REPORT_FATAL("cimarron/tile", "unexpected phase");
    payload.release();
    pipeline_.sent();
    return tlm::TLM_COMPLETED;
}

void Tile::record(Waveform& wave) {
    auto trace = std::make_unique<TileTrace>(
        wave, name(), [this] { return pipeline_.status(); },
        [this] { return datapath_.activity(); });
    pipeline_.observe(*trace);
    wave.keep(std::move(trace));
}

std::string Tile::waiting_for() const {
    const std::string what = pipeline_.waiting_for();
    return what.empty() ? what : std::string(name()) + " " + what;
}

}  // namespace cimarron
