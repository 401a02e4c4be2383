// SPDX-License-Identifier: Apache-2.0
#include "hw/accelerator/accelerator.h"

#include "common/error.h"
#include "hw/accelerator/routes.h"
#include "hw/host/register_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace cimarron {

Accelerator::Accelerator(const sc_core::sc_module_name& name, const AcceleratorParams& params,
                         const Program& program, const Clock& clock)
    : sc_module(name),
      global_buffer("global_buffer", params.global_buffer, image_places(params.tile.dataflow),
                    program.image().shape, program.image().bits, program.logits().shape, clock,
                    begins_),
      interconnect("interconnect", params.interconnect, clock),
      params_(params),
      clock_(clock) {
    host_target.register_b_transport(this, &Accelerator::b_transport);
    for (const Stage& stage : program.stages) {
        const auto stage_index = static_cast<int>(stage_tiles_.size());
        stage_tiles_.push_back(tiles_.size());
        for (const TilePlacement& placement : stage.tiles) {
            const std::string block = program.block_name(placement);
            tiles_.push_back(std::make_unique<Tile>(block.c_str(), params, stage, placement, clock,
                                                    stage_index, begins_));
            tiles_.back()->first_destination = tensor_destination(program, placement.round, 0);
            tile_ports_.push_back(std::make_unique<tlm_utils::simple_initiator_socket<Accelerator>>(
                (block + "_initiator").c_str()));
            tile_ports_.back()->bind(tiles_.back()->register_target);
            tiles_.back()->vector_initiator.bind(interconnect.vector_target);
            interconnect.vector_initiator.bind(tiles_.back()->vector_target);
        }
    }
    stage_tiles_.push_back(tiles_.size());
    global_buffer.vector_initiator.bind(interconnect.vector_target);
    interconnect.vector_initiator.bind(global_buffer.vector_target);
    if (program.reloads()) connect_rounds(program);
    ProgramRoutes routes = routes_of(program);
    interconnect.set_routes(params.tiles, std::move(routes.tile_of_block),
                            std::move(routes.of_destination));
    global_buffer.on_done = [this] { progress(global_buffer.logits_path()); };
    for (auto& tile : tiles_)
        tile->pipeline().on_idle = [this, &tile = *tile] { progress(tile.pipeline().path()); };
    connect_readers(program);
    connect_shares();
    if (pipelined()) connect_line_buffers(program);
    check_rtl_scope();
    SC_METHOD(drive_interrupt);
    sensitive << interrupt_changed_;
    dont_initialize();
}

void Accelerator::check_rtl_scope() const {
    for (const std::string& scope : params_.rtl_scope) {
        const bool known = std::any_of(tiles_.begin(), tiles_.end(), [&](const auto& tile) {
            const std::string on_chip = fmt::format("tile_{}", tile->datapath().placement().tile);
            if (scope == on_chip) return true;
            for (int m = 0; m < tile->macros(); ++m)
                if (scope == on_chip + '.' + tile->macro(m).basename()) return true;
            return false;
        });
        if (!known)
            throw UserError(fmt::format(
                "accelerator.rtl_scope: {}: no such tile or macro in this run; "
                "the first macro is {}.{}",
                scope, tiles_.front()->basename(), tiles_.front()->macro(0).basename()));
    }
}

// Blocks that stand in one tile at the same time.
void Accelerator::connect_shares() {
    for (auto& tile : tiles_)
        for (auto& other : tiles_) {
            const TilePlacement& a = tile->datapath().placement();
            const TilePlacement& b = other->datapath().placement();
            if (tile != other && a.tile == b.tile && a.round == b.round)
                tile->pipeline().share_with(other->pipeline());
        }
}

// The loader is the last block of the interconnect.
void Accelerator::connect_rounds(const Program& program) {
    std::vector<int> destinations;
    std::vector<Tile*> blocks;
    for (auto& tile : tiles_) {
        const auto block = static_cast<int>(blocks.size());
        blocks.push_back(tile.get());
        destinations.push_back(weight_destination(program, block));
        tile->on_written = [this, block](int macro) { weight_loader_->written(block, macro); };
    }
    dram_port_ = std::make_unique<DramPort>("dram_port", params_.dram, clock_);
    weight_loader_ = std::make_unique<WeightLoader>("weight_loader", params_.dram, *dram_port_,
                                                    program, std::move(destinations));
    weight_loader_->vector_initiator.bind(interconnect.vector_target);
    rounds_ = std::make_unique<RoundControl>(program, std::move(blocks), global_buffer,
                                             *weight_loader_, clock_);
    rounds_->write = [this](std::size_t block, std::uint64_t address, unsigned char value) {
        blocking_write(*tile_ports_[block]->operator->(), address, &value, 1);
    };
    rounds_->on_done = [this] { update_done(rounds_->path()); };
    keep_tensors(program);
}

void Accelerator::keep_tensors(const Program& program) {
    global_buffer.keep_image();
    const std::vector<DramTensor> in_dram = dram_tensors(program, params_.dram);
    for (int t = 1; t < static_cast<int>(program.tensors.size()); ++t) {
        const Tensor& tensor = program.tensor(t);
        std::unique_ptr<SpilledTensor> spilled;
        if (tensor.in_dram)
            spilled = std::make_unique<SpilledTensor>(
                *dram_port_, tensor, in_dram[static_cast<std::size_t>(t)], program.staged_rows(t));
        if (tensor.kept) global_buffer.keep(t, tensor, std::move(spilled));
    }
    global_buffer.on_kept = [this] { progress(global_buffer.kept_path()); };
    global_buffer.on_room = [this] {
        for (auto& tile : tiles_) tile->pipeline().retry(global_buffer.kept_path());
    };
    for (auto& tile : tiles_)
        tile->pipeline().has_room = [this](int tensor, std::int64_t, int pixel) {
            return global_buffer.admits(tensor, pixel);
        };
}

// Readers hear of what is offered to them.
void Accelerator::connect_readers(const Program& program) {
    readers_.resize(program.tensors.size());
    for (std::size_t t = 0; t < readers_.size(); ++t)
        for (const int s : program.readers(static_cast<int>(t)))
            for (std::size_t i = stage_tiles_[static_cast<std::size_t>(s)];
                 i < stage_tiles_[static_cast<std::size_t>(s) + 1]; ++i)
                readers_[t].push_back(tiles_[i].get());
    interconnect.on_offer = [this](const VectorExtension& vector) {
        if (vector.tensor == VectorExtension::kWeights) return;
        for (Tile* tile : readers_[static_cast<std::size_t>(vector.tensor)])
            if (tile->first_destination + vector.tensor == vector.destination)
                tile->pipeline().expect(vector);
    };
}

// Senders ask their readers for room, and hear of it when there is more.
void Accelerator::connect_line_buffers(const Program& program) {
    const auto has_room = [this](int tensor, std::int64_t image, int pixel) {
        const auto& readers = readers_[static_cast<std::size_t>(tensor)];
        return std::all_of(readers.begin(), readers.end(), [&](const Tile* tile) {
            return tile->datapath().has_room(tensor, image, pixel);
        });
    };
    global_buffer.has_room = [has_room](std::int64_t image, int pixel) {
        return has_room(0, image, pixel);
    };
    for (std::size_t s = 0; s < program.stages.size(); ++s) {
        const Stage& stage = program.stages[s];
        std::vector<Tile*> senders;
        bool image = false;
        for (const int tensor : {stage.input, stage.residual}) {
            if (tensor < 0) continue;
            const int from = program.tensor(tensor).stage;
            if (from < 0) {
                image = true;
                continue;
            }
            for (std::size_t i = stage_tiles_[static_cast<std::size_t>(from)];
                 i < stage_tiles_[static_cast<std::size_t>(from) + 1]; ++i)
                senders.push_back(tiles_[i].get());
        }
        for (std::size_t i = stage_tiles_[s]; i < stage_tiles_[s + 1]; ++i) {
            tiles_[i]->pipeline().has_room = has_room;
            tiles_[i]->pipeline().on_room = [this, senders, image](const CriticalPath& freed) {
                for (Tile* sender : senders) sender->pipeline().retry(freed);
                if (image) global_buffer.retry(freed);
            };
        }
    }
}

void Accelerator::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const std::uint64_t address = payload.get_address();
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    if (address >= register_map::kTiles) {
        access_tile(payload, delay);
    } else if (address >= register_map::kDram && dram_port_) {
        payload.set_address(address - register_map::kDram);
        dram_port_->b_transport(payload, delay);
        payload.set_address(address);
    } else if (address == register_map::kImage && payload.is_write()) {
        write_image(payload, delay);
    } else if (address == register_map::kLogits && payload.is_read()) {
        read_logits(payload, delay);
    } else if (!access_registers(payload)) {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    }
}

void Accelerator::write_image(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    if (payload.get_data_length() != global_buffer.image_bytes()) {
        payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
        return;
    }
    while (!global_buffer.has_place()) wait(global_buffer.image_sent());
    delay += clock_.cycles(global_buffer.write_image(payload.get_data_ptr()));
}

void Accelerator::read_logits(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    std::vector<std::int64_t> logits(global_buffer.logit_count());
    if (payload.get_data_length() != logits.size() * sizeof(std::int64_t)) {
        payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
        return;
    }
    while (!global_buffer.has_logits()) wait(global_buffer.logits_done());
    const CriticalPath path = pipelined() ? global_buffer.logits_path() : done_path_;
    const std::int64_t cycles = global_buffer.read_logits(logits.data());
    std::memcpy(payload.get_data_ptr(), logits.data(), payload.get_data_length());
    // The host may still have been reading those of the image before.
    critical_path_ = path.then(kHostPath, PathCause::earlier_images, clock_.now())
                         .then(kHostPath, PathCause::logits, clock_.now() + cycles);
    delay += clock_.cycles(cycles);
    if (pipelined()) update_done(path);
}

void Accelerator::access_tile(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const std::uint64_t address = payload.get_address();
    const std::uint64_t offset = address - register_map::kTiles;
    const std::uint64_t tile = offset / register_map::kTileSpan;
    if (tile >= tile_ports_.size()) {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    payload.set_address(offset % register_map::kTileSpan);
    (*tile_ports_[tile])->b_transport(payload, delay);
    payload.set_address(address);
}

bool Accelerator::access_registers(tlm::tlm_generic_payload& payload) {
    std::uint64_t value = 0;
    if (payload.get_data_length() != sizeof(value)) return false;
    if (payload.is_write() && payload.get_address() == register_map::kControl) {
        std::memcpy(&value, payload.get_data_ptr(), sizeof(value));
        write_control(value);
        return true;
    }
    if (!payload.is_read()) return false;
    if (payload.get_address() == register_map::kStatus)
        value = (busy() ? register_map::kBusy : 0) | (done_ ? register_map::kDone : 0);
    else if (payload.get_address() == register_map::kCycles)
        value = static_cast<std::uint64_t>(clock_.now());
    else
        return false;
    std::memcpy(payload.get_data_ptr(), &value, sizeof(value));
    return true;
}

void Accelerator::write_control(std::uint64_t value) {
    const TracedActivation traced(trace_);
    if ((value & register_map::kEnable) != 0 && !rounds_) {
        const unsigned char on = 1;
        for (auto& port : tile_ports_)
            blocking_write(*port->operator->(), tile_address::kEnable, &on, 1);
    }
    if ((value & register_map::kStart) == 0) return;
    global_buffer.start();
    if (rounds_) rounds_->start();
    update_done({});
}

void Accelerator::progress(const CriticalPath& path) {
    if (rounds_)
        rounds_->advance(path);
    else
        update_done(path);
}

std::int64_t Accelerator::resident_cycles(const TilePlacement& tile, std::int64_t since) const {
    return rounds_ ? rounds_->resident_cycles(tile.round) : clock_.now() - since;
}

bool Accelerator::busy() const {
    if (rounds_) return rounds_->busy();
    return global_buffer.computing() ||
           std::any_of(tiles_.begin(), tiles_.end(),
                       [](const auto& tile) { return !tile->pipeline().idle(); });
}

// last: of the event that may have been the last.
void Accelerator::update_done(const CriticalPath& last) {
    const TracedActivation traced(trace_);
    const bool done = pipelined() ? global_buffer.has_logits() : global_buffer.started() && !busy();
    if (done == done_) return;
    done_ = done;
    if (done) done_path_ = last;
    interrupt_changed_.notify(sc_core::SC_ZERO_TIME);
}

std::int64_t Accelerator::stage_cycles(std::size_t stage) const {
    std::int64_t end = 0;
    for (std::size_t t = stage_tiles_[stage]; t < stage_tiles_[stage + 1]; ++t)
        end = std::max(end, tiles_[t]->pipeline().finished());
    return end - tiles_[stage_tiles_[stage]]->pipeline().started();
}

std::string Accelerator::waiting_for() const {
    std::string all;
    const auto add = [&all](const std::string& what) {
        if (!what.empty()) all += (all.empty() ? "" : "; ") + what;
    };
    if (weight_loader_) add(weight_loader_->waiting_for());
    if (dram_port_) add(dram_port_->waiting_for());
    add(global_buffer.waiting_for());
    for (const auto& tile : tiles_) add(tile->waiting_for());
    add(interconnect.waiting_for());
    return all;
}

// The port's only writer: SystemC allows a signal one driving process.
void Accelerator::drive_interrupt() {
    interrupt.write(done_);
}

std::int64_t Accelerator::activations() const {
    std::int64_t sum = global_buffer.activations() + interconnect.activations();
    if (weight_loader_) sum += weight_loader_->activations();
    for (const auto& tile : tiles_) sum += tile->activations();
    return sum;
}

std::int64_t Accelerator::macro_steps() const {
    std::int64_t sum = 0;
    for (const auto& tile : tiles_) sum += tile->macro_steps();
    return sum;
}

void Accelerator::record(Waveform& wave) {
    if (wave.covers(name())) {
        auto trace = std::make_unique<StatusTrace>(wave, name());
        trace_ = trace.get();
        trace_->add("busy", 1, [this] { return busy() ? 1 : 0; });
        trace_->add("done", 1, [this] { return done_ ? 1 : 0; });
        wave.keep(std::move(trace));
    }
    if (wave.covers(global_buffer.name())) global_buffer.record(wave);
    if (wave.covers(interconnect.name())) interconnect.record(wave);
    for (auto& tile : tiles_) {
        if (wave.covers(tile->name())) tile->record(wave);
        for (int m = 0; m < tile->macros(); ++m)
            if (wave.covers(tile->macro(m).name())) tile->macro(m).record(wave);
    }
    if (wave.empty())
        throw UserError(fmt::format("trace scope {}: nothing at or below it; there is {}",
                                    wave.options().scope, tiles_.front()->macro(0).name()));
}

}  // namespace cimarron
