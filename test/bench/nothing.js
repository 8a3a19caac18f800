/** What a Node costs that does nothing. */
