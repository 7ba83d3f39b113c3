// Answers 204 to what the snippet takes for ours and 400 to the rest: receive PORT.
package main

import (
	"io"
	"log"
	"net/http"
	"os"

	"receiver/webhooks"
)

func receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || webhooks.Verify(r.Header.Get("X-Secret"), r.Header, body) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func main() {
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], http.HandlerFunc(receive)))
}
