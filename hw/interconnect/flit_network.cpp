// SPDX-License-Identifier: Apache-2.0
#include "hw/interconnect/flit_network.h"

#include "hw/interconnect/bus.h"

#include <algorithm>

namespace cimarron {

FlitNetwork::FlitNetwork(const InterconnectParams& params, RouteMap& map)
    : params_(params), map_(map), source_buffers_(map.block_count()), sources_(map.block_count()) {
    for (Buffer& b : source_buffers_) b.ring.resize(1);
}

FlitNetwork::Buffer& FlitNetwork::buffer(int id) {
    return id < 0 ? source_buffers_[static_cast<std::size_t>(-1 - id)]
                  : buffers_[static_cast<std::size_t>(id)];
}

// Channels appear with the first vector that takes them.
void FlitNetwork::grow() {
    const std::size_t channels = map_.channels().size();
    outputs_.resize(channels);
    while (buffers_.size() < channels) {
        Buffer b;
        const auto slots = static_cast<std::size_t>(params_.buffer_flits);
        b.ring.resize(slots);
        b.arrival.resize(slots);
        buffers_.push_back(std::move(b));
    }
}

void FlitNetwork::activate(int id) {
    Buffer& b = buffer(id);
    if (b.active) return;
    b.active = true;
    active_.push_back(id);
}

void FlitNetwork::request(std::int64_t cycle, int source, int route, std::int64_t bits,
                          int vector) {
    const RouteTree& tree = map_.tree(source, route);
    grow();
    Source& s = sources_[static_cast<std::size_t>(source)];
    s.ready = cycle + 1;
    s.flits_left = cut_into_packets(params_, bits).flits;
    Packet& packet = front(source_buffers_[static_cast<std::size_t>(source)]);
    packet.tree = &tree;
    packet.vector = vector;
    load_packet(source);
    activate(-1 - source);
    wake_ = std::min(wake_, s.ready);
}

void FlitNetwork::load_packet(int source) {
    Source& s = sources_[static_cast<std::size_t>(source)];
    Buffer& b = source_buffers_[static_cast<std::size_t>(source)];
    Packet& packet = front(b);
    packet.node = -1;  // before the first channel
    packet.flits = static_cast<int>(std::min<std::int64_t>(s.flits_left, params_.buffer_flits));
    s.flits_left -= packet.flits;
    packet.last = s.flits_left == 0;
    packet.arrived = packet.flits;
    packet.left = 0;
    packet.sent.assign(1, 0);
    b.packets = 1;
}

std::int64_t FlitNetwork::next() const {
    std::int64_t next = wake_;
    for (const Pending& p : pending_) next = std::min(next, p.cycle);
    return next;
}

void FlitNetwork::step(std::int64_t cycle, FabricEvents& events) {
    const auto due = std::stable_partition(pending_.begin(), pending_.end(),
                                           [&](const Pending& p) { return p.cycle > cycle; });
    for (auto p = due; p != pending_.end(); ++p)
        if (p->accepted)
            events.accepted.push_back(p->arrival.block);
        else
            events.arrivals.push_back(p->arrival);
    pending_.erase(due, pending_.end());
    if (wake_ > cycle) return;
    wake_ = kNever;
    // What a flit enters now can move on in a later cycle only.
    const std::size_t buffers = active_.size();
    for (std::size_t i = 0; i < buffers; ++i) {
        const int id = active_[i];
        const auto branches = static_cast<int>(front(buffer(id)).sent.size());
        for (int branch = 0; branch < branches; ++branch) consider(id, branch, cycle);
    }
    grant(cycle);
    settle(cycle);
}

std::int64_t FlitNetwork::ready_cycle(int id, const Buffer& b, int flit) const {
    if (id < 0) return sources_[static_cast<std::size_t>(-1 - id)].ready;
    const auto slot = (b.front_flit + flit) % params_.buffer_flits;
    return b.arrival[static_cast<std::size_t>(slot)] + params_.router_cycles;
}

namespace {

int branch_channel(const RouteTree& tree, int node, int branch) {
    const int child =
        node < 0 ? 0 : tree.nodes[static_cast<std::size_t>(node)].first_child + branch;
    return tree.nodes[static_cast<std::size_t>(child)].channel;
}

}  // namespace

// Sends the branch's next flit, or enters it for its output's arbitration, or notes when to look
// again. What only another flit's move can change needs no note: a move wakes the next cycle.
void FlitNetwork::consider(int id, int branch, std::int64_t cycle) {
    Buffer& b = buffer(id);
    const Packet& packet = front(b);
    const int flit = packet.sent[static_cast<std::size_t>(branch)];
    if (flit >= packet.arrived) return;
    const int channel = branch_channel(*packet.tree, packet.node, branch);
    Output& out = outputs_[static_cast<std::size_t>(channel)];
    const std::int64_t ready = std::max(ready_cycle(id, b, flit), out.free_at);
    if (ready > cycle) {
        wake_ = std::min(wake_, ready);
        return;
    }
    if (out.owner == id) {
        send(id, branch, cycle);
    } else if (out.owner == kNone) {
        // Round robin: the first id after the last owner, else the smallest.
        if (out.candidate == kNone) contested_.push_back(channel);
        const bool wraps = id <= out.last_owner;
        const bool best_wraps = out.candidate <= out.last_owner;
        if (out.candidate == kNone || (wraps == best_wraps ? id < out.candidate : best_wraps))
            out.candidate = id;
    }
}

void FlitNetwork::grant(std::int64_t cycle) {
    for (const int channel : contested_) {
        Output& out = outputs_[static_cast<std::size_t>(channel)];
        out.owner = out.last_owner = out.candidate;
        out.candidate = kNone;
        const Packet& packet = front(buffer(out.owner));
        int branch = 0;
        while (branch_channel(*packet.tree, packet.node, branch) != channel) ++branch;
        send(out.owner, branch, cycle);
    }
    contested_.clear();
}

void FlitNetwork::send(int id, int branch, std::int64_t cycle) {
    Packet& packet = front(buffer(id));
    const RouteTree& tree = *packet.tree;
    const int node = packet.node < 0
                         ? 0
                         : tree.nodes[static_cast<std::size_t>(packet.node)].first_child + branch;
    const int channel = tree.nodes[static_cast<std::size_t>(node)].channel;
    const Channel& way = map_.channels()[static_cast<std::size_t>(channel)];
    const int flit = packet.sent[static_cast<std::size_t>(branch)];
    const std::int64_t arrival = cycle + way.cycles_per_flit;
    if (way.block < 0) {
        Buffer& to = buffers_[static_cast<std::size_t>(channel)];
        if (to.used == params_.buffer_flits) return;
        Packet& copy = flit == 0 ? append(to, packet, node)
                                 : to.ring[static_cast<std::size_t>((to.first + to.packets - 1) %
                                                                    params_.buffer_flits)];
        ++copy.arrived;
        ++to.used;
        to.arrival[static_cast<std::size_t>(to.flits_ever++ % params_.buffer_flits)] = arrival;
        activate(channel);
    } else if (packet.last && flit == packet.flits - 1) {
        pending_.push_back({arrival, false, {packet.vector, way.block}});
    }
    ++packet.sent[static_cast<std::size_t>(branch)];
    outputs_[static_cast<std::size_t>(channel)].free_at = arrival;
    moved_.push_back({id, branch});
}

FlitNetwork::Packet& FlitNetwork::append(Buffer& to, const Packet& of, int node) {
    Packet& packet =
        to.ring[static_cast<std::size_t>((to.first + to.packets++) % params_.buffer_flits)];
    packet.tree = of.tree;
    packet.node = node;
    packet.vector = of.vector;
    packet.flits = of.flits;
    packet.last = of.last;
    packet.arrived = 0;
    packet.left = 0;
    packet.sent.assign(
        static_cast<std::size_t>(of.tree->nodes[static_cast<std::size_t>(node)].children), 0);
    return packet;
}

// Slots, outputs and fronts that this cycle's moves set free are free from the next cycle on, so
// that the order in which a step looks at buffers does not matter.
void FlitNetwork::settle(std::int64_t cycle) {
    for (const Branch& move : moved_) {
        const Packet& packet = front(buffer(move.buffer));
        if (packet.sent[static_cast<std::size_t>(move.index)] < packet.flits) continue;
        const int channel = branch_channel(*packet.tree, packet.node, move.index);
        outputs_[static_cast<std::size_t>(channel)].owner = kNone;
    }
    for (const Branch& move : moved_) {
        Buffer& b = buffer(move.buffer);
        Packet& packet = front(b);
        const int left = *std::min_element(packet.sent.begin(), packet.sent.end());
        b.used -= move.buffer < 0 ? 0 : left - packet.left;
        packet.left = left;
    }
    for (const Branch& move : moved_) {
        const Buffer& b = buffer(move.buffer);
        const Packet& packet = b.ring[static_cast<std::size_t>(b.first)];
        // A packet of several branches stands here as often as it moved.
        if (b.packets > 0 && packet.flits > 0 && packet.left == packet.flits)
            retire(move.buffer, cycle);
    }
    if (!moved_.empty()) wake_ = std::min(wake_, cycle + 1);
    moved_.clear();
    const auto idle = std::remove_if(active_.begin(), active_.end(), [&](int id) {
        Buffer& b = buffer(id);
        b.active = b.packets > 0;
        return !b.active;
    });
    active_.erase(idle, active_.end());
}

void FlitNetwork::retire(int id, std::int64_t cycle) {
    Buffer& b = buffer(id);
    Packet& packet = front(b);
    if (id < 0) {
        const int source = -1 - id;
        if (!packet.last) {
            load_packet(source);
            return;
        }
        b.packets = 0;
        packet.flits = 0;
        const int channel = packet.tree->nodes.front().channel;
        const int link = map_.channels()[static_cast<std::size_t>(channel)].cycles_per_flit;
        pending_.push_back({cycle + link, true, {0, source}});
        return;
    }
    b.front_flit += packet.flits;
    packet.flits = 0;
    b.first = (b.first + 1) % params_.buffer_flits;
    --b.packets;
}

std::unique_ptr<Fabric> make_fabric(const InterconnectParams& params, RouteMap& map) {
    if (params.topology == Topology::bus) return std::make_unique<Bus>(params, map);
    return std::make_unique<FlitNetwork>(params, map);
}

}  // namespace cimarron
