//! The allocator of the static program.
//!
//! musl's own asks the kernel for memory dozens of times in the life of a short command and gives it back as often: a
//! tenth of the walk-through's time. dlmalloc asks a few times. It knows nothing of threads, and one lock around it took a
//! tenth of the time of 10,000 leaves, and a third of a run that changes nothing, so that there are several, and each
//! thread takes from one of its own.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use dlmalloc::Dlmalloc;

/// As many threads as this never wait for one another.
const HEAPS: usize = 8;

/// In front of what is handed out stands the number of the heap it is from, one octet; the room for it keeps addresses
/// as round as most programs want them.
const LEAST_ROOM: usize = 8;

thread_local! {
    static OWN_HEAP: Cell<Option<u8>> = const { Cell::new(None) };
}

pub(crate) struct Allocator {
    heaps: [Mutex<Dlmalloc>; HEAPS],
    threads: AtomicU8,
}

impl Allocator {
    pub(crate) const fn new() -> Self {
        Self { heaps: [const { Mutex::new(Dlmalloc::new()) }; HEAPS], threads: AtomicU8::new(0) }
    }

    fn own_heap(&self) -> u8 {
        OWN_HEAP.get().unwrap_or_else(|| {
            let number = self.threads.fetch_add(1, Ordering::Relaxed);
            OWN_HEAP.set(Some(number));
            number
        })
    }

    fn lock(&self, heap: u8) -> MutexGuard<'_, Dlmalloc> {
        self.heaps[usize::from(heap) % HEAPS].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Memory of the thread's own heap, as `take` takes it.
    #[allow(unsafe_code)]
    fn hand_out(&self, layout: Layout, take: impl FnOnce(&mut Dlmalloc, usize, usize) -> *mut u8) -> *mut u8 {
        let heap = self.own_heap();
        let room = room(layout);
        let start = take(&mut self.lock(heap), room + layout.size(), layout.align());
        if start.is_null() {
            return start;
        }
        // SAFETY: `start` has room for the number and what was asked for.
        unsafe {
            let memory = start.add(room);
            memory.sub(1).write(heap);
            memory
        }
    }
}

fn room(layout: Layout) -> usize {
    layout.align().max(LEAST_ROOM)
}

// SAFETY: dlmalloc's functions have the same contract. What it hands out begins `room` octets before what is handed out
// here, a multiple of the alignment, and is larger by as much; it goes back to the heap whose number stands before it,
// and a lock lets one thread at a time into each.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.hand_out(layout, |heap, size, align| unsafe { heap.malloc(size, align) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        self.hand_out(layout, |heap, size, align| unsafe { heap.calloc(size, align) })
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        let room = room(layout);
        unsafe {
            let heap = memory.sub(1).read();
            self.lock(heap).free(memory.sub(room), room + layout.size(), layout.align());
        }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let room = room(layout);
        unsafe {
            let heap = memory.sub(1).read();
            let start = memory.sub(room);
            let start = self.lock(heap).realloc(start, room + layout.size(), layout.align(), room + new_size);
            if start.is_null() { start } else { start.add(room) }
        }
    }
}
