package dev.millrace.demo.examples;

import dev.millrace.route.Controller;

/** A controller of one route that the page shows and runs. */
interface Shown extends Controller {

  /** What the page tells about it. */
  Example about();
}
